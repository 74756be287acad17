using Doorbuster.Platform;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>The endpoints of some features with their real services and stores, inside the test.</summary>
internal static class HttpShop
{
    public static Task<TinyShop> Start(StoreAddresses stores, params Feature[] features) =>
        Start(stores, TimeProvider.System, features);

    public static Task<TinyShop> Start(StoreAddresses stores, TimeProvider clock, params Feature[] features) => TinyShop.Start(
        app =>
        {
            foreach (var feature in features)
                feature.MapEndpoints(app);
        },
        builder =>
        {
            builder.Services.AddSingleton(clock);
            builder.Configuration.AddInMemoryCollection(stores.Configuration);
            builder.AddStores();
            builder.Services.AddNodeNumber();
            foreach (var feature in Features.All)
                feature.AddServices(builder);
        });
}
