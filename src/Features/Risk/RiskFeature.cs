using System.CommandLine;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.People;
using Doorbuster.Contracts.Risk;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Doorbuster.Risk.Cases;
using Doorbuster.Risk.Rules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Risk;

public sealed class RiskFeature : Feature
{
    internal const string SchemaName = "risk";

    public override string Name => "risk";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        var services = host.Services;
        services.AddValidation();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RiskJson.Default));
        services.AddSingleton<RuleStore>();
        services.AddSingleton<CaseStore>();
        services.AddSingleton<RiskCounts>();
        services.AddSingleton<Assessor>();
        services.AddSingleton<IOrderRisk, ClearForShipping>();
        services.AddSingleton<IPersonalData, CasesOfPerson>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ReadRules.Map(routes);
        CreateRule.Map(routes);
        ChangeRule.Map(routes);
        ReadCases.Map(routes);
        DecideCase.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<OrdersMoved, AssessOnOrdersMoved>("risk.assess", SchemaName);
        services.AddConsumer<PersonErased, ForgetOnPersonErased>("risk.erase", SchemaName);
    }

    public override void AddJobs(IServiceCollection services) =>
        services.AddJob<RemoveOldSightings>("risk.remove_old", JobSchedule.Cron("0 20 3 * * ?"));

    public override IEnumerable<Command> Commands(CommandHost host) => [RiskCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoRules.Seed(services, cancel);
}
