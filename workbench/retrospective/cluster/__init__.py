"""Indexing over Ray: the processes of `indexing`, on other machines or under a Ray of this one.

The bench speaks with each worker through a channel that only these two can read. In between are a
process of this machine that drives Ray and, where the settings name one, a cluster: both carry
sealed pieces and nothing else. What a worker does is `index_worker.work`, the same as without Ray,
so that its documents are the same, too.

```
bench --pipe--> driver (a process of its own) --Ray--> actor: models, the file, index_worker.work
   `------------ sealed by keys that these two ends alone have ------------'
```
"""

from workbench.retrospective.cluster.opening import Cluster, open_cluster

__all__ = ["Cluster", "open_cluster"]
