using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// Finds the sandbox and our webhook endpoint beside it: as configured, else in this process if it has them, else where
/// the last process that has them said it is.
/// </summary>
internal sealed class SandboxAddress(
    IOptions<PaymentsOptions> options, IConfiguration configuration, PaymentSettings settings,
    IServiceProvider services, ILogger<SandboxAddress> log)
    : IHostedLifecycleService
{
    public const string ChargesPath = "/sandbox-payments/charges";
    public const string TransactionsPath = "/sandbox-payments/transactions";
    public const string WebhookPath = "/api/v1/payments/webhooks/sandbox";

    /// <summary>Set when this process maps the sandbox's endpoints.</summary>
    public bool IsHere { get; set; }

    public async ValueTask<Uri> Charges(CancellationToken cancel) => new(await Find(cancel) + ChargesPath);

    public async ValueTask<Uri> Transactions(CancellationToken cancel) => new(await Find(cancel) + TransactionsPath);

    public async ValueTask<Uri> Webhook(CancellationToken cancel) =>
        new(options.Value.WebhookUrl ?? await Find(cancel) + WebhookPath);

    /// <summary>Where a buyer's browser finds it.</summary>
    public async ValueTask<Uri> PublicCharges(CancellationToken cancel) => new(await Shop(cancel) + ChargesPath);

    /// <summary>Where a buyer's browser finds the shop, which has the sandbox beside it.</summary>
    public async ValueTask<string> Shop(CancellationToken cancel) =>
        configuration["BaseUrl"]?.TrimEnd('/') ?? await Find(cancel);

    // The server is bound now, so its address is known; processes without it will look it up.
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ProviderUrl is not null || !IsHere || Own() is not { } address)
            return;
        try
        {
            await settings.NoteAddress(address, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            log.AddressNotNoted(error.Message);
        }
    }

    private async ValueTask<string> Find(CancellationToken cancel) =>
        options.Value.ProviderUrl?.TrimEnd('/')
        ?? (IsHere ? Own() : null)
        ?? await settings.Address(cancel)
        ?? throw new InvalidOperationException(
            "The payment sandbox is not reachable: set Payments:ProviderUrl, or start a process with its endpoints.");

    private string? Own()
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
        if (addresses?.FirstOrDefault(one => one.StartsWith("http://", StringComparison.Ordinal)) is not { } bound)
            return null;
        // Bound to every interface is bound to this one too.
        var port = bound[(bound.LastIndexOf(':') + 1)..].TrimEnd('/');
        var host = bound["http://".Length..bound.LastIndexOf(':')];
        return host is "*" or "+" or "0.0.0.0" or "[::]" ? $"http://127.0.0.1:{port}" : $"http://{host}:{port}";
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
