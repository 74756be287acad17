using Doorbuster.Platform;

namespace Doorbuster.Carts;

public sealed class CartsFeature : Feature
{
    public override string Name => "carts";
}
