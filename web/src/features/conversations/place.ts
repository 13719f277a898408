/** Pure: a place within a message, as channels' connectors write it: a pin, its name, latitude and longitude. */
export interface Spot {
  latitude: string;
  longitude: string;
}

const PLACE = /^\u{1F4CD} .*?(-?\d{1,2}\.\d{6}), (-?\d{1,3}\.\d{6})$/u;

export function placeIn(content: string): Spot | null {
  const found = PLACE.exec(content);
  return found?.[1] && found[2] ? { latitude: found[1], longitude: found[2] } : null;
}

export function mapOf({ latitude, longitude }: Spot): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
}
