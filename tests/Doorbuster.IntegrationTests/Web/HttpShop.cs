using Doorbuster.Contracts.Accounts;
using Doorbuster.Platform;
using Doorbuster.Tests.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>The endpoints of some features with their real services and stores, inside the test.</summary>
internal static class HttpShop
{
    public static Task<TinyShop> Start(StoreAddresses stores, params Feature[] features) =>
        Start(stores, TimeProvider.System, hasNamedPeople: false, features);

    /// <param name="hasNamedPeople">True: a person's token is his name, as in <see cref="TinyShop"/>.</param>
    public static Task<TinyShop> Start(
        StoreAddresses stores, TimeProvider clock, bool hasNamedPeople, params Feature[] features) => TinyShop.Start(
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
            var named = builder.Services.Single(service => service.ServiceType == typeof(ISessions));
            foreach (var feature in Features.All)
                feature.AddServices(builder);
            if (hasNamedPeople)
                builder.Services.Add(named);
        });
}
