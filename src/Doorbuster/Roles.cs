using System.Collections.Frozen;
using Doorbuster.Platform;

namespace Doorbuster;

/// <summary>Which process does what, in one table. Features never read it.</summary>
internal static class Roles
{
    private static readonly FrozenDictionary<string, Role> ByName = new Role[]
    {
        new("all", (Role.EveryFeature, Work.All)),
        new("shop",
            ("accounts", Work.Endpoints), ("books", Work.Endpoints), ("carts", Work.Endpoints),
            ("catalog", Work.Endpoints), ("claims", Work.Endpoints), ("coupons", Work.Endpoints),
            ("notices", Work.Endpoints), ("orders", Work.Endpoints), ("payments", Work.Endpoints),
            ("risk", Work.Endpoints), ("sign-in", Work.Endpoints), ("storefront", Work.Endpoints),
            ("user-center", Work.Endpoints), ("webhooks", Work.Endpoints)),
        new("sale",
            ("flash-sales", Work.Endpoints), ("red-packets", Work.Endpoints), ("claims", Work.Endpoints),
            ("orders", Work.Endpoints), ("storefront", Work.Endpoints)),
        new("admin", ("console", Work.Endpoints)),
        new("worker", (Role.EveryFeature, Work.Consumers | Work.Jobs)),
    }.ToFrozenDictionary(role => role.Name);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static Role Named(string name) => ByName.TryGetValue(name, out var role)
        ? role
        : throw new ArgumentException($"Unknown role '{name}'. Roles: {string.Join(", ", Names)}.");
}
