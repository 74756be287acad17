using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Claims;

public sealed class ClaimsFeature : Feature
{
    internal const string SchemaName = "claims";

    public override string Name => "claims";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
