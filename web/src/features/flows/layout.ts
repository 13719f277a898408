/** Where the steps of a flow are drawn: layers from top to bottom, ways between them as points. Pure. */
import dagre from "@dagrejs/dagre";
import type { DrawnEdge, DrawnNode, Drawing } from "@/api/flows";

export const BOX = { width: 216, height: 62 };
const MARGIN = 16;

export interface PlacedNode {
  node: DrawnNode;
  x: number;
  y: number;
}

/** All the ways from one step to another, drawn as one line. */
export interface Ways {
  source: string;
  target: string;
  edges: DrawnEdge[];
}

export interface PlacedEdge {
  ways: Ways;
  path: string;
  label: { x: number; y: number };
}

export interface Layout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

interface Point {
  x: number;
  y: number;
}

/** The ways between the same two steps together, in the order of the file. */
export function waysOf(edges: readonly DrawnEdge[]): Ways[] {
  const ways = new Map<string, Ways>();
  for (const edge of edges) {
    const key = `${edge.source} ${edge.target}`;
    const known = ways.get(key);
    if (known) known.edges.push(edge);
    else ways.set(key, { source: edge.source, target: edge.target, edges: [edge] });
  }
  return [...ways.values()];
}

export function layOut(drawing: Drawing, labelWidth: (ways: Ways) => number): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 28, edgesep: 18, ranksep: 46, marginx: MARGIN, marginy: MARGIN });
  const all = waysOf(drawing.edges);
  for (const node of drawing.nodes) graph.setNode(node.step, { ...BOX });
  for (const ways of all) {
    const width = labelWidth(ways);
    graph.setEdge(ways.source, ways.target, { width, height: width === 0 ? 0 : 16, labelpos: "c" });
  }
  dagre.layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const nodes = drawing.nodes.map((node) => {
    const { x, y } = graph.node(node.step) as Point;
    return { node, x: x - BOX.width / 2, y: y - BOX.height / 2 };
  });
  const edges = all.map((ways) => {
    const placed = graph.edge(ways.source, ways.target) as unknown as { points: Point[] } & Partial<Point>;
    const middle = placed.points[Math.floor(placed.points.length / 2)] ?? { x: 0, y: 0 };
    return { ways, path: curve(placed.points), label: { x: placed.x ?? middle.x, y: placed.y ?? middle.y } };
  });
  return { width: size.width ?? 0, height: size.height ?? 0, nodes, edges };
}

/** A line that bends smoothly through the middle of each piece. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = points.at(-1);
  if (!first || !last) return "";
  const at = ({ x, y }: Point) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
  let path = `M ${at(first)}`;
  for (let index = 0; index + 1 < rest.length; index += 1) {
    const here = rest[index];
    const next = rest[index + 1];
    if (!here || !next) continue;
    path += ` Q ${at(here)} ${at({ x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 })}`;
  }
  return `${path} L ${at(last)}`;
}
