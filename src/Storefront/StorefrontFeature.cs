using System.Text.Encodings.Web;
using System.Text.Unicode;
using Doorbuster.Platform;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Storefront.Assets;
using Doorbuster.Storefront.Errors;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Layout;
using Doorbuster.Storefront.Pages.Account;
using Doorbuster.Storefront.Pages.Cart;
using Doorbuster.Storefront.Pages.Categories;
using Doorbuster.Storefront.Pages.Checkout;
using Doorbuster.Storefront.Pages.Help;
using Doorbuster.Storefront.Pages.Home;
using Doorbuster.Storefront.Pages.Machines;
using Doorbuster.Storefront.Pages.Order;
using Doorbuster.Storefront.Pages.Product;
using Doorbuster.Storefront.Pages.Sales;
using Doorbuster.Storefront.Pages.Search;
using Doorbuster.Storefront.Pages.SignIn;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Storefront;

/// <summary>The shop's pages. It has no data of its own: it is a client of the shop's API, in the same process.</summary>
public sealed class StorefrontFeature : Feature
{
    public override string Name => "storefront";

    public override void AddServices(IHostApplicationBuilder host)
    {
        var services = host.Services;
        services.AddOptions<StorefrontOptions>().BindConfiguration("Storefront").ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorefrontOptions>, StorefrontOptionsValidator>();
        // Chinese as it is written, not as numbers of letters.
        services.TryAddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddSingleton<AssetStore>();
        services.AddSingleton<ServeAssets>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<CachedPages>();
        services.AddSingleton<PageAnswers>();
        services.AddSingleton<ForMachines>();
        services.AddSingleton<IErrorPages, ErrorPages>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<ServeAssets>().Map(routes);
        services.GetRequiredService<ForMachines>().Map(routes);
        Summary.Map(routes);
        LanguageChoice.Map(routes);
        SaleReminder.Map(routes);

        var pages = new PageRoutes(routes, services.GetRequiredService<PageAnswers>());
        HomePage.Map(pages);
        CategoryPages.Map(pages);
        ProductPage.Map(pages);
        SearchPage.Map(pages);
        SalesPage.Map(pages);
        SalePage.Map(pages);
        SignInPages.Map(pages);
        CartPage.Map(pages);
        CheckoutPage.Map(pages);
        OrderPage.Map(pages);
        HelpPage.Map(pages);
        AccountPages.Map(pages);
    }
}
