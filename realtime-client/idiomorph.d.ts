// What views.js uses of it. Written by hand.

export const Idiomorph: {
  morph(
    old: Element,
    fresh: Element | string,
    options: {
      morphStyle?: 'outerHTML' | 'innerHTML';
      callbacks?: {
        beforeNodeMorphed?(old: Node, fresh: Node): boolean;
        beforeNodeRemoved?(node: Node): boolean;
        beforeAttributeUpdated?(name: string, element: Element, type: 'update' | 'remove'): boolean;
      };
      head?: {
        shouldPreserve?(element: Element): boolean;
        shouldRemove?(element: Element): boolean;
        afterHeadMorphed?(head: Element, changes: { added: Node[] }): void;
      };
    },
  ): unknown;
};
