using Doorbuster.Platform;

namespace Doorbuster.SignIn;

public sealed class SignInFeature : Feature
{
    public override string Name => "sign-in";
}
