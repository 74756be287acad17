using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.UserCenter;

public sealed class UserCenterFeature : Feature
{
    /// <summary>It has no tables: its consumers' inbox rows are all it writes.</summary>
    internal const string SchemaName = "user_center";

    public override string Name => "user-center";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.AddOptions<UserCenterOptions>().BindConfiguration("UserCenter").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<UserCenterOptions>, UserCenterOptionsValidator>();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, UserCenterJson.Default));
        host.Services.AddSingleton<PartGraph>();
        host.Services.AddSingleton<PartCounts>();
        host.Services.AddSingleton<OverviewCache>();
        host.Services.AddSingleton<Overview>();
        host.Services.AddSingleton<RecentViews>();
        host.Services.AddSingleton<RecentlyViewed>();
        host.Services.AddSingleton<IOverviewPart>(services => services.GetRequiredService<RecentlyViewed>());
        host.Services.AddSingleton<IPersonalData>(services => services.GetRequiredService<RecentlyViewed>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<PartGraph>();    // parts that need each other in a circle end the start here
        GetOverview.Map(routes);
        NoteView.Map(routes);
        ListViews.Map(routes);
        ClearViews.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<PersonChanged, ForgetPartOnPersonChanged>("user-center.forget-part", SchemaName);
        services.AddConsumer<OrdersMoved, ForgetOrdersOnOrdersMoved>("user-center.forget-orders", SchemaName);
        services.AddConsumer<PersonErased, ForgetPersonOnPersonErased>("user-center.forget-person", SchemaName);
    }
}
