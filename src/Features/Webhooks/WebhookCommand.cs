using System.CommandLine;
using System.Globalization;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Webhooks;

/// <summary><c>doorbuster webhook …</c></summary>
internal static class WebhookCommand
{
    private const int ShownMax = 40;

    public static Command Make(CommandHost host) =>
        new("webhook", "What merchants are told.") { List(host), Deliveries(host), ReplayCommand(host) };

    private static Command List(CommandHost host)
    {
        var command = new Command("list", "List the endpoints, and which of them fail.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var found = await services.GetRequiredService<EndpointStore>().List(0, EndpointStore.EndpointsMax, token);
            var views = found.Select(EndpointView.Of).ToList();
            output.Write(
                new EndpointPage(views, PageInfo.Whole), WebhooksJson.Default.EndpointPage,
                views.Select(view => $"{view.Id}  {StateOf(view),-28} {string.Join(',', view.Events),-24} {view.Url}"));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static string StateOf(EndpointView view) => !view.Enabled ? $"disabled ({view.DisabledBecause})"
        : view.FailingSince is { } since ? string.Create(CultureInfo.InvariantCulture, $"failing since {since:u}")
        : "enabled";

    private static Command Deliveries(CommandHost host)
    {
        var id = new Argument<string>("ENDPOINT") { Description = "Such as whe_06xjm…" };
        var command = new Command("deliveries", $"The last {ShownMax} things an endpoint was told or is to be told.") { id };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, arguments.GetValue(id), out var number)
                || await services.GetRequiredService<EndpointStore>().Find(number, token) is null)
                return output.Fail(ExitCode.NotFound, "There is no such endpoint; see webhook list.");
            var found = await services.GetRequiredService<DeliveryStore>().List(
                number, state: null, long.MaxValue, ShownMax, token);
            var views = found.Select(DeliveryView.Of).ToList();
            output.Write(
                new DeliveryPage(views, PageInfo.Whole), WebhooksJson.Default.DeliveryPage,
                views.Select(view => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{view.Id}  {view.Type,-24} {view.State,-10} {view.Attempts,3} attempts  {view.CreatedAt:u}")));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command ReplayCommand(CommandHost host)
    {
        var id = new Argument<string>("ENDPOINT") { Description = "Such as whe_06xjm…" };
        var since = new Option<string>("--since")
        {
            Description = "What happened from then on, such as 2026-11-20T00:00Z.",
            Required = true,
        };
        var all = new Option<bool>("--all") { Description = "Also what was delivered." };
        var command = new Command("replay", "Tell an endpoint again what it missed, under the same ids.") { id, since, all };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            if (!DateTimeOffset.TryParse(
                arguments.GetValue(since), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from))
                return output.Fail(ExitCode.Usage, "--since takes a time such as 2026-11-20T00:00Z.");
            if (!PublicId.TryParse(WebhookEndpoint.PublicPrefix, arguments.GetValue(id), out var number)
                || await services.GetRequiredService<EndpointStore>().Find(number, token) is not { } endpoint)
                return output.Fail(ExitCode.NotFound, "There is no such endpoint; see webhook list.");
            if (!endpoint.IsEnabled)
                return output.Fail(ExitCode.Conflict, "The endpoint is disabled; enable it first.");

            var db = services.GetRequiredKeyedService<NpgsqlDataSource>(WebhooksFeature.SchemaName);
            await using var connection = await db.OpenConnectionAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            var count = await DeliveryStore.ReplaySince(
                transaction, endpoint, from, arguments.GetValue(all),
                services.GetRequiredService<TimeProvider>().GetUtcNow(), token);
            await transaction.CommitAsync(token);
            output.Write(new ReplayedView(count), WebhooksJson.Default.ReplayedView, $"{count:N0} are sent again.");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }
}
