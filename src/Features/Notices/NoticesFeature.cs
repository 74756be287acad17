using Doorbuster.Platform;

namespace Doorbuster.Notices;

public sealed class NoticesFeature : Feature
{
    public override string Name => "notices";
}
