using Doorbuster.Platform;
using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Console.Catalog;
using Doorbuster.Storefront.Console.Desk;
using Doorbuster.Storefront.Console.Pricing;
using Doorbuster.Storefront.Console.Sales;
using Doorbuster.Storefront.Console.Signing;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront.Console;

/// <summary>What those run the shop with: pages under <c>/admin</c>, a client of the admin API in the same process. It has a role
/// of its own, so that it answers when the shop is stormed.</summary>
public sealed class ConsoleFeature : Feature
{
    public override string Name => "console";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.Services.AddOptions<ConsoleOptions>().BindConfiguration("Console").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<ConsoleOptions>, ConsoleOptionsValidator>();
        host.Services.AddSingleton<ConsoleDoor>();
        host.Services.AddSingleton<ConsoleRoutes.Means>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<ServeAssets>().MapUnder(routes, ConsoleRoutes.Root);

        var console = new ConsoleRoutes(routes, services.GetRequiredService<ConsoleRoutes.Means>());
        ConsoleSignInPages.Map(console);
        SalePages.Map(console);
        CatalogPages.Map(console);
        DeskPages.Map(console);
        GroupPages.Map(console);
        PriceListPages.Map(console);
    }
}
