using System.CommandLine;
using Doorbuster.Contracts.Catalog;
using Doorbuster.Contracts.Claims;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.FlashSales;

public sealed class FlashSalesFeature : Feature
{
    internal const string SchemaName = "flash_sales";

    public override string Name => "flash-sales";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        var services = host.Services;
        services.AddValidation();
        services.TryAddSingleton<DemoNotes>();
        services.AddSingleton<SaleStore>();
        services.AddSingleton<SaleDesk>();
        services.AddSingleton<SalePages>();
        services.AddSingleton<KnownSales>();
        services.AddSingleton<SaleStates>();
        services.AddSingleton<ClaimCounts>();
        services.AddSingleton<ClaimFigures>();
        services.AddSingleton<ReadFigures>();
        services.AddHostedService<ShareClaimFigures>();
        services.AddSingleton<TicketBoard>();
        services.AddSingleton<TicketSignals>();
        services.AddSingleton<SaleBoard>();
        services.AddSingleton<StreamGauge>();
        services.AddSingleton<IPricedPools, SalePools>();
        services.AddHostedService(all => all.GetRequiredService<TicketSignals>());
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FlashSalesJson.Default));
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<StreamGauge>();
        GetTime.Map(routes);
        ListSales.Map(routes);
        GetSale.Map(routes);
        GetSaleState.Map(routes);
        FollowSale.Map(routes);
        ClaimUnits.Map(routes);
        GetTicket.Map(routes);
        WatchTicket.Map(routes);
        CreateSale.Map(routes);
        ChangeSale.Map(routes);
        ReadSales.Map(routes);
        ReadFigures.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services) =>
        services.AddConsumer<ClaimsReleased, WakeTicketsOnClaimsReleased>("flash-sales.wake-tickets", SchemaName);

    public override void AddJobs(IServiceCollection services) => services.AddHostedService<LookAfterSales>();

    public override IEnumerable<Command> Commands(CommandHost host) => [SaleCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoSale.Seed(services, cancel);
}
