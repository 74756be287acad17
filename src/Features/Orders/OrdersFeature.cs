using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
using Doorbuster.Contracts.People;
using Doorbuster.Orders.Administration;
using Doorbuster.Orders.Projections;
using Doorbuster.Orders.Sharding;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Orders;

public sealed class OrdersFeature : Feature
{
    internal const string SchemaName = "orders";

    public override string Name => "orders";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, OrdersJson.Default));
        host.Services.AddOptions<OrdersOptions>().BindConfiguration("Orders").ValidateOnStart();
        AddShards(host);
        host.Services.AddSingleton<OrderStore>();
        host.Services.AddSingleton<OrderTerms>();
        host.Services.AddSingleton<OrderPages>();
        host.Services.AddSingleton<OrderCounts>();
        host.Services.AddSingleton<OrderWrites>();
        host.Services.AddSingleton<OrderLookup>();
        host.Services.AddSingleton<IOrders>(services => services.GetRequiredService<OrderLookup>());
        host.Services.AddSingleton<AddressKeys>();
        host.Services.AddSingleton<OrderDesk>();
        host.Services.AddSingleton<IOrderPlacing>(services => services.GetRequiredService<OrderDesk>());
        host.Services.AddSingleton<OrderRefunds>();
        host.Services.AddSingleton<OrderViews>();
        host.Services.AddSingleton<MoveOrder>();
        host.Services.AddSingleton<OrderExport>();
        host.Services.AddSingleton<IOverviewPart, OrdersOverview>();
        host.Services.AddSingleton<IPersonalData, OrdersOfPerson>();
        host.Services.AddSingleton<ProjectionStore>();
        host.Services.AddSingleton<RebuildProjections>();
        host.Services.AddSingleton<AlsoBought>();
        host.Services.AddSingleton<OrderCancelling>();
        host.Services.AddSingleton<IOrderCancelling>(services => services.GetRequiredService<OrderCancelling>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PlaceOrder.Map(routes);
        ListOrders.Map(routes);
        GetOrder.Map(routes);
        CancelOrder.Map(routes);
        RequestReturn.Map(routes);
        ReadOrders.Map(routes);
        ShipOrder.Map(routes);
        DecideReturn.Map(routes);
        RefundOrder.Map(routes);
        ReadReports.Map(routes);
        AlsoBought.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<ClaimsMade, WriteOrdersOnClaimsMade>("orders.write", SchemaName);
        services.AddConsumer<ClaimsReleased, CancelOrdersOnClaimsReleased>("orders.cancel", SchemaName);
        services.AddConsumer<PaymentCaptured, SettleOrderOnPaymentCaptured>("orders.settle", SchemaName);
        services.AddConsumer<PaymentRefunded, CountRefundOnPaymentRefunded>("orders.refunded", SchemaName);
        services.AddConsumer<TakeOrderBack, TakeBackOnTakeOrderBack>("orders.take_back", SchemaName);
        services.AddConsumer<OrdersMoved, ProjectOrders>(ProjectOrders.Name, SchemaName);
        services.AddConsumer<PersonErased, ForgetPersonOnPersonErased>("orders.forget_person", SchemaName);
        services.AddConsumer<OrdersChanged, ForgetPagesOnOrdersChanged>("orders.forget_pages", SchemaName);
    }

    public override void AddJobs(IServiceCollection services) => services.AddJob<ForgetReleasedClaims>(
        "orders.forget_released_claims", JobSchedule.Every(TimeSpan.FromMinutes(10)));

    public override Task Migrate(IConfiguration configuration, Action<string> progress, CancellationToken cancel) =>
        PrepareShards.Run(
            configuration["Postgres:ConnectionString"]!, new ShardAddresses(configuration), this, progress, cancel);

    public override IEnumerable<Command> Commands(CommandHost host) => [ShardCommand.Make(host), OrderCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) =>
        DemoOrders.Seed(services, cancel);

    private static void AddShards(IHostApplicationBuilder host)
    {
        var addresses = new ShardAddresses(host.Configuration);
        host.Services.AddSingleton(addresses);
        host.Services.AddSingleton<OrderShards>();
        host.Services.AddSingleton<ShardMover>();
        if (addresses.Others.Count == 0)
            return;
        host.AddPostgres(addresses.PoolOf(0));
        foreach (var (number, address) in addresses.Others)
        {
            host.AddPostgres(addresses.PoolOf(number), address);
            host.Services.AddSingleton(new OutboxDatabase(addresses.PoolOf(number), address));
        }
    }
}
