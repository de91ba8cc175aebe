"""Convergence into mega-clusters, and the legacy (model 4 and 5)."""

from clustersim.kernel.arithmetic import F
from clustersim.kernel.growth import level_of
from clustersim.kernel.jit import jit
from clustersim.kernel.lanes import BLOCK, Books, Clusters, Megas, Practices
from clustersim.kernel.layout import Tables


@jit
def converge(
    tables: Tables, clusters: Clusters, megas: Megas, practices: Practices, books: Books, month: int, n: int
) -> None:
    """Converge every practice that has reached the trigger in this month, and has a live cluster left."""
    reached = books.reached[tables.trigger]
    for i in range(n):
        if reached[i] == month:
            found = _choose(tables, clusters, megas, practices.launched[i], month, i)
            if found > 0:
                _merge(tables, clusters, megas, practices.launched[i], found, month, i)
                practices.converged[i] = month
                practices.megas[i] = found
                if tables.legacy > 0:
                    practices.legacy[i] = month + practices.legacy_time[i]
                    practices.heir[i] = _heir(megas, practices, found, i)


@jit
def _choose(tables: Tables, clusters: Clusters, megas: Megas, launched: int, month: int, i: int) -> int:
    """Find the live clusters of the highest level, the earlier launch first among equals.

    A cluster is live after this month when its last month is a later one; those found are closed as clusters.
    """
    found = 0
    for j in range(tables.megas):
        best, highest = -1, F(0)
        for k in range(launched):
            if clusters.until[k, i] > month:
                level = level_of(tables, clusters, month, k, i)
                if best < 0 or level > highest:
                    best, highest = k, level
        if best < 0:
            break
        clusters.until[best, i] = month
        megas.origin[j, i] = best
        megas.base[j, i] = highest
        # The mega keeps the noise of its cluster, and the rest of this block of months with it.
        megas.y[j, i] = clusters.y[best, i]
        for b in range(BLOCK):
            megas.normals[j, b, i] = clusters.normals[best, b, i]
        found += 1
    return found


@jit
def _merge(
    tables: Tables, clusters: Clusters, megas: Megas, launched: int, found: int, month: int, i: int
) -> None:
    """Close all other clusters, and share their levels equally among the megas."""
    rest = F(0)
    for k in range(launched):
        if clusters.until[k, i] > month:
            rest += level_of(tables, clusters, month, k, i)
            clusters.until[k, i] = month
    share = rest / F(found)
    for j in range(found):
        megas.base[j, i] += share
        megas.target[j, i] = max(megas.target[j, i], megas.base[j, i])


@jit
def _heir(megas: Megas, practices: Practices, found: int, i: int) -> int:
    """Choose the mega that will emerge, by proportional hazards, and tell the cluster that it grew from."""
    total = F(0)
    for j in range(found):
        total += megas.target[j, i]
    alike = total <= F(0)
    mark = practices.choice[i] * (F(found) if alike else total)
    passed = F(0)
    for j in range(found - 1):
        passed += F(1) if alike else megas.target[j, i]
        if mark <= passed:
            return megas.origin[j, i]
    return megas.origin[found - 1, i]


