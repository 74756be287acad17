using System.CommandLine;
using Doorbuster.Contracts.Claims;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.RedPackets;

public sealed class RedPacketsFeature : Feature
{
    internal const string SchemaName = "red_packets";

    public override string Name => "red-packets";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        var services = host.Services;
        services.AddValidation();
        services.TryAddSingleton<DemoNotes>();
        services.AddSingleton<PacketStore>();
        services.AddSingleton<PacketDesk>();
        services.AddSingleton<PacketAudit>();
        services.AddSingleton<KnownParts>();
        services.AddSingleton<PacketCsv>();
        services.AddSingleton<IPersonalData, PersonsPackets>();
        services.AddSingleton<IOverviewPart, PersonsPackets>();
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RedPacketsJson.Default));
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GrabPart.Map(routes);
        SendPacket.Map(routes);
        ReadPackets.Map(routes);
        ClosePacket.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<ClaimsMade, WriteGrabsOnClaimsMade>("red-packets.write", SchemaName);
        services.AddConsumer<PersonErased, ForgetOnPersonErased>("red-packets.forget", SchemaName);
    }

    public override void AddJobs(IServiceCollection services) => services.AddHostedService<LookAfterPackets>();

    public override IEnumerable<Command> Commands(CommandHost host) => [RedPacketCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoPackets.Seed(services, cancel);
}
