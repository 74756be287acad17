using Doorbuster.Platform;

namespace Doorbuster.Coupons;

public sealed class CouponsFeature : Feature
{
    public override string Name => "coupons";
}
