using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Accounts;

public sealed class AccountsFeature : Feature
{
    internal const string SchemaName = "accounts";

    public override string Name => "accounts";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
