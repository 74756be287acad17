using System.CommandLine;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Carts;

public sealed class CartsFeature : Feature
{
    internal const string SchemaName = "carts";

    public override string Name => "carts";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.AddOptions<CartsOptions>().BindConfiguration("Carts").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<CartsOptions>, CartsOptionsValidator>();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, CartsJson.Default));
        host.Services.AddSingleton<CartStore>();
        host.Services.AddSingleton<CartDesk>();
        host.Services.AddSingleton<Shelf>();
        host.Services.AddSingleton<ShippingStore>();
        host.Services.AddSingleton<ShippingCsv>();
        host.Services.AddSingleton<CheckoutStore>();
        host.Services.AddSingleton<Pricer>();
        host.Services.AddSingleton<OutsideSteps>();
        host.Services.AddSingleton<CheckoutDesk>();
        host.Services.AddSingleton<ITakeOver, TakeCartOver>();
        host.Services.AddSingleton<IPersonalData, CartData>();
        host.Services.AddSingleton<IOverviewPart, CartOverview>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GetCart.Map(routes);
        AddToCart.Map(routes);
        ChangeCart.Map(routes);
        MergeCart.Map(routes);
        StartCheckout.Map(routes);
        GetCheckout.Map(routes);
        ChangeCheckout.Map(routes);
        OrderCheckout.Map(routes);
        ListShippingMethods.Map(routes);
        AdministerShipping.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<OrdersMoved, SettleCheckoutsOnOrdersMoved>("carts.settle", SchemaName);
        services.AddConsumer<PersonErased, ForgetCartOnPersonErased>("carts.forget", SchemaName);
    }

    public override void AddJobs(IServiceCollection services)
    {
        services.AddHostedService<FinishCheckouts>();
        services.AddJob<RemoveAbandoned>("carts.remove_abandoned", JobSchedule.Every(TimeSpan.FromMinutes(10)));
    }

    public override IEnumerable<Command> Commands(CommandHost host) =>
        [ShippingCommand.Make(host), CheckoutCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoShipping.Seed(services, cancel);
}
