using System.CommandLine;
using Doorbuster.Contracts.Claims;
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

namespace Doorbuster.SignIn;

public sealed class SignInFeature : Feature
{
    internal const string SchemaName = "sign_in";

    public override string Name => "sign-in";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.AddOptions<SignInOptions>().BindConfiguration("SignIn").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsValidator>();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, SignInJson.Default));
        host.Services.AddSingleton<DayPools>();
        host.Services.AddSingleton<DayStore>();
        host.Services.AddSingleton<PersonZones>();
        host.Services.AddSingleton<Calendar>();
        host.Services.AddSingleton<SignInDesk>();
        host.Services.AddSingleton<PointsStore>();
        host.Services.AddSingleton<PointsDesk>();
        host.Services.AddSingleton<SignInPart>();
        host.Services.AddSingleton<ExpirePoints>();
        host.Services.AddSingleton<IOverviewPart>(services => services.GetRequiredService<PointsDesk>());
        host.Services.AddSingleton<IOverviewPart>(services => services.GetRequiredService<SignInPart>());
        host.Services.AddSingleton<IPersonalData>(services => services.GetRequiredService<SignInPart>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        SignInToday.Map(routes);
        GetToday.Map(routes);
        GetMonth.Map(routes);
        ReadPoints.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<ClaimsMade, BookPointsOnClaimsMade>("sign-in.book", SchemaName);
        services.AddConsumer<PersonChanged, NoteZoneOnPersonChanged>("sign-in.note-zone", SchemaName);
        services.AddConsumer<PersonErased, ForgetDaysOnPersonErased>("sign-in.forget", SchemaName);
    }

    public override void AddJobs(IServiceCollection services) =>
        services.AddJob<ExpirePoints>("sign-in.expire_points", JobSchedule.Every(TimeSpan.FromMinutes(15)));

    public override IEnumerable<Command> Commands(CommandHost host) => [SignInCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoSignIn.Seed(services, cancel);
}
