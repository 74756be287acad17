using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Orders;

public sealed class OrdersFeature : Feature
{
    internal const string SchemaName = "orders";

    public override string Name => "orders";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
