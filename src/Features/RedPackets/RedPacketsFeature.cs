using Doorbuster.Platform;

namespace Doorbuster.RedPackets;

public sealed class RedPacketsFeature : Feature
{
    public override string Name => "red-packets";
}
