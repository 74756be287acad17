using Doorbuster.Platform;

namespace Doorbuster.Risk;

public sealed class RiskFeature : Feature
{
    public override string Name => "risk";
}
