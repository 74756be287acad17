using System.CommandLine;
using Doorbuster.Contracts.Notices;
using Doorbuster.Contracts.Orders;
using Doorbuster.Contracts.Payments;
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

namespace Doorbuster.Notices;

public sealed class NoticesFeature : Feature
{
    internal const string SchemaName = "notices";

    public override string Name => "notices";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        var services = host.Services;
        services.AddValidation();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, NoticesJson.Default));
        services.AddOptions<NoticesOptions>().BindConfiguration("Notices").ValidateOnStart();
        services.AddSingleton<IValidateOptions<NoticesOptions>, NoticesOptionsValidator>();
        services.AddSingleton<NoticeStore>();
        services.AddSingleton<NoticeWriter>();
        services.AddSingleton<MailLetters>();
        services.AddSingleton<IOverviewPart, NoticesOverview>();
        services.AddSingleton<IPersonalData, NoticesOfPerson>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ListNotices.Map(routes);
        MarkRead.Map(routes);
        ListMails.Map(routes);
    }

    public override void AddConsumers(IServiceCollection services)
    {
        services.AddConsumer<SendNotice, WriteNoticeOnSendNotice>("notices.send", SchemaName);
        services.AddConsumer<OrdersMoved, TellOnOrdersMoved>("notices.orders", SchemaName);
        services.AddConsumer<PaymentRefunded, TellOnPaymentRefunded>("notices.refunds", SchemaName);
        services.AddConsumer<PersonErased, ForgetOnPersonErased>("notices.erase", SchemaName);
    }

    public override void AddJobs(IServiceCollection services)
    {
        services.AddJob<SendMails>("notices.send_mails", JobSchedule.Every(TimeSpan.FromSeconds(5)));
        services.AddJob<RemoveOldNotices>("notices.remove_old", JobSchedule.Cron("0 40 3 * * ?"));
    }

    public override IEnumerable<Command> Commands(CommandHost host) => [NoticeCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) =>
        DemoNotices.Seed(services, cancel);
}
