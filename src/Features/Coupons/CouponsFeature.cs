using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.Coupons;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Coupons;

public sealed class CouponsFeature : Feature
{
    internal const string SchemaName = "coupons";

    public override string Name => "coupons";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        var services = host.Services;
        services.AddValidation();
        services.TryAddSingleton<DemoNotes>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<TemplateDesk>();
        services.AddSingleton<KnownTemplates>();
        services.AddSingleton<CouponStore>();
        services.AddSingleton<CodeStore>();
        services.AddSingleton<FreshClaims>();
        services.AddSingleton<ClaimDesk>();
        services.AddSingleton<MyCoupons>();
        services.AddSingleton<TemplateCsv>();
        services.AddSingleton<PersonsCoupons>();
        services.AddSingleton<IOverviewPart>(all => all.GetRequiredService<PersonsCoupons>());
        services.AddSingleton<IPersonalData>(all => all.GetRequiredService<PersonsCoupons>());
        services.AddSingleton<ICoupons, CouponsOfCheckouts>();
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CouponsJson.Default));
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ListOffers.Map(routes);
        ClaimCoupon.Map(routes);
        ReadMyCoupons.Map(routes);
        CreateTemplate.Map(routes);
        ChangeTemplate.Map(routes);
        ReadTemplates.Map(routes);
        MakeCodes.Map(routes);
        CodesFile.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<ClaimsMade, WriteCouponsOnClaimsMade>("coupons.write", SchemaName);
        services.AddConsumer<OrdersMoved, FollowOrdersMoved>("coupons.follow-orders", SchemaName);
        services.AddConsumer<PersonErased, ForgetOnPersonErased>("coupons.forget", SchemaName);
    }

    public override void AddJobs(IServiceCollection services) => services.AddHostedService<FinishTemplates>();

    public override IEnumerable<Command> Commands(CommandHost host) => [CouponCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoCoupons.Seed(services, cancel);
}
