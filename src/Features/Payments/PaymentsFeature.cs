using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Payments;

public sealed class PaymentsFeature : Feature
{
    internal const string SchemaName = "payments";

    public override string Name => "payments";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
