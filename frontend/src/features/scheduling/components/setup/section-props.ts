/** The `item` of a new entry's form. */
export const NEW_ITEM = "new";

export interface SetupSectionProps {
  /** The id of the open item, or `NEW_ITEM`; undefined if none is open. */
  item: string | undefined;
  onItem: (item: string | undefined, how?: { replace: boolean }) => void;
}
