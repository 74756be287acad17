using Doorbuster.Platform;

namespace Doorbuster.UserCenter;

public sealed class UserCenterFeature : Feature
{
    public override string Name => "user-center";
}
