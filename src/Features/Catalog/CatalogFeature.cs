using System.CommandLine;
using Doorbuster.Catalog.Administration;
using Doorbuster.Catalog.Demo;
using Doorbuster.Catalog.Images;
using Doorbuster.Catalog.Import;
using Doorbuster.Catalog.PriceLists;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Catalog;

public sealed class CatalogFeature : Feature
{
    internal const string SchemaName = "catalog";

    public override string Name => "catalog";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CatalogJson.Default));

        host.Services.AddSingleton<CatalogStore>();
        host.Services.AddSingleton<CatalogWriter>();
        host.Services.AddSingleton<StockPools>();
        host.Services.AddSingleton<CatalogImport>();
        host.Services.AddSingleton<CatalogExport>();
        host.Services.AddSingleton<TaxCsv>();
        host.Services.AddSingleton<PriceListStore>();
        host.Services.AddSingleton<PriceListCsv>();
        host.Services.AddSingleton<Pages>();
        host.Services.AddSingleton<ImageStore>();
        host.Services.AddSingleton<AdminStore>();
        host.Services.AddSingleton<ChangeLog>();
        host.Services.AddSingleton<Editing>();
        host.Services.AddSingleton<ProductWrites>();
        host.Services.AddSingleton<CategoryWrites>();
        host.Services.AddSingleton<CatalogLookup>();
        host.Services.AddSingleton<ICatalog>(services => services.GetRequiredService<CatalogLookup>());
        host.Services.AddSingleton<IPricedPools>(services => services.GetRequiredService<CatalogLookup>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ListCategories.Map(routes);
        ListAttributes.Map(routes);
        ListProducts.Map(routes);
        GetProduct.Map(routes);
        GetDemoImage.Map(routes);
        GetImage.Map(routes);
        ManageImages.Map(routes);
        AddProductImage.Map(routes);
        SetProductImages.Map(routes);
        ReadProducts.Map(routes);
        CreateProduct.Map(routes);
        ChangeProduct.Map(routes);
        AddVariant.Map(routes);
        ChangeVariant.Map(routes);
        RemoveVariant.Map(routes);
        SetStock.Map(routes);
        SetPrices.Map(routes);
        ManagePriceLists.Map(routes);
        ManageListPrices.Map(routes);
        EditCategories.Map(routes);
        EditTaxRules.Map(routes);
        EditSettings.Map(routes);
        ListChanges.Map(routes);
    }

    public override void AddJobs(IServiceCollection services) =>
        services.AddJob<FinishStock>("catalog.finish_stock", JobSchedule.Every(TimeSpan.FromMinutes(1)));

    public override IEnumerable<Command> Commands(CommandHost host) => [CatalogCommand.Make(host), TaxCommand.Make(host), PriceListCommand.Make(host)];

    public override async Task Seed(IServiceProvider services, CancellationToken cancel)
    {
        await services.GetRequiredService<CatalogWriter>().AddTaxRules(DemoTaxes.Rules, cancel);
        await services.GetRequiredService<CatalogImport>().FromRows(DemoShop.Rows(), "demo", cancel);
        await DemoPriceList.Seed(services, cancel);
    }
}
