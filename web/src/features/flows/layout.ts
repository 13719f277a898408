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

export interface PlacedEdge {
  edge: DrawnEdge;
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

/** Several ways between the same two steps stay apart: each edge has a name of its own. */
export function layOut(drawing: Drawing, labelWidth: (edge: DrawnEdge) => number): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, edgesep: 14, ranksep: 44, marginx: MARGIN, marginy: MARGIN });
  for (const node of drawing.nodes) graph.setNode(node.step, { ...BOX });
  drawing.edges.forEach((edge, index) => {
    graph.setEdge(edge.source, edge.target, { width: labelWidth(edge), height: 16, labelpos: "c" }, String(index));
  });
  dagre.layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const nodes = drawing.nodes.map((node) => {
    const { x, y } = graph.node(node.step) as Point;
    return { node, x: x - BOX.width / 2, y: y - BOX.height / 2 };
  });
  const edges = drawing.edges.map((edge, index) => {
    const placed = graph.edge(edge.source, edge.target, String(index)) as unknown as { points: Point[] } & Partial<Point>;
    const middle = placed.points[Math.floor(placed.points.length / 2)] ?? { x: 0, y: 0 };
    return { edge, path: curve(placed.points), label: { x: placed.x ?? middle.x, y: placed.y ?? middle.y } };
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
