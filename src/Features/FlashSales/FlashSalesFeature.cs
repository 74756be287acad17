using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.FlashSales;

public sealed class FlashSalesFeature : Feature
{
    internal const string SchemaName = "flash_sales";

    public override string Name => "flash-sales";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
