//! The shape of a conversation: a forest in which every node knows its height.

use std::collections::{HashMap, HashSet};

use crate::id::MessageId;

/// A message's place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The message.
    pub id: MessageId,
    /// Its parent, in the same thread.
    pub parent: Option<MessageId>,
    /// 0 at a root, the parent's height + 1 below.
    pub height: i64,
}

/// What has to change when `gone` leaves the tree: the surviving nodes whose parent or height is
/// another one, with their new places. Children of a deleted node move to its nearest surviving
/// ancestor, or become roots.
pub fn relink(nodes: &[Node], gone: &HashSet<MessageId>) -> Vec<Node> {
    let parents: HashMap<&MessageId, Option<&MessageId>> =
        nodes.iter().map(|node| (&node.id, node.parent.as_ref())).collect();
    let mut survivors: Vec<&Node> = nodes.iter().filter(|node| !gone.contains(&node.id)).collect();
    // Every ancestor comes before its descendants, so a parent's new height is known in time.
    survivors.sort_by_key(|node| node.height);
    let mut heights: HashMap<&MessageId, i64> = HashMap::with_capacity(survivors.len());
    let mut changed = Vec::new();
    for node in survivors {
        let parent = nearest_survivor(node.parent.as_ref(), &parents, gone);
        let height = parent.map_or(0, |parent| heights.get(parent).map_or(0, |height| height + 1));
        heights.insert(&node.id, height);
        if parent != node.parent.as_ref() || height != node.height {
            changed.push(Node { id: node.id.clone(), parent: parent.cloned(), height });
        }
    }
    changed
}

fn nearest_survivor<'n>(
    mut ancestor: Option<&'n MessageId>,
    parents: &HashMap<&MessageId, Option<&'n MessageId>>,
    gone: &HashSet<MessageId>,
) -> Option<&'n MessageId> {
    while let Some(id) = ancestor {
        if !gone.contains(id) {
            return Some(id);
        }
        ancestor = parents.get(id).copied().flatten();
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: usize) -> MessageId {
        MessageId::named(format!("msg_{n:04}"))
    }

    /// A forest in which node `n` hangs below an earlier node or none.
    fn forest() -> impl Strategy<Value = Vec<Node>> {
        prop::collection::vec(any::<Option<prop::sample::Index>>(), 1..60).prop_map(|parents| {
            let mut nodes: Vec<Node> = Vec::new();
            for (n, parent) in parents.into_iter().enumerate() {
                let parent = parent.filter(|_| n > 0).map(|index| nodes[index.index(n)].clone());
                let height = parent.as_ref().map_or(0, |parent| parent.height + 1);
                nodes.push(Node { id: id(n), parent: parent.map(|parent| parent.id), height });
            }
            nodes
        })
    }

    fn ancestors(nodes: &HashMap<MessageId, Node>, id: &MessageId) -> Vec<MessageId> {
        let mut out = Vec::new();
        let mut next = nodes[id].parent.clone();
        while let Some(id) = next {
            next = nodes[&id].parent.clone();
            out.push(id);
        }
        out
    }

    proptest! {
        #[test]
        fn deleting_keeps_the_tree_whole(
            nodes in forest(),
            gone in prop::collection::hash_set(0_usize..60, 0..20),
        ) {
            let gone: HashSet<_> = gone.into_iter().map(id).collect();
            let before: HashMap<_, _> = nodes.iter().map(|node| (node.id.clone(), node.clone())).collect();
            let mut after: HashMap<_, _> = before.clone();
            after.retain(|id, _| !gone.contains(id));
            for node in relink(&nodes, &gone) {
                prop_assert!(after.insert(node.id.clone(), node).is_some(), "only survivors change");
            }
            for (id, node) in &after {
                let height = node.parent.as_ref().map_or(0, |parent| after[parent].height + 1);
                prop_assert_eq!(node.height, height);
                let survivors: Vec<_> =
                    ancestors(&before, id).into_iter().filter(|id| !gone.contains(id)).collect();
                prop_assert_eq!(ancestors(&after, id), survivors);
            }
        }

        #[test]
        fn deleting_nothing_changes_nothing(nodes in forest()) {
            prop_assert!(relink(&nodes, &HashSet::new()).is_empty());
        }
    }
}
