using Doorbuster.Platform;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Catalog;

public sealed class CatalogFeature : Feature
{
    internal const string SchemaName = "catalog";

    public override string Name => "catalog";

    public override void AddServices(IHostApplicationBuilder host) => host.AddPostgres(SchemaName);
}
