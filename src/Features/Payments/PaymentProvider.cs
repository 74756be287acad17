using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Doorbuster.Platform;

namespace Doorbuster.Payments;

/// <summary>
/// The provider's HTTP interface as seen from the shop. Every call carries a key of ours, so repeating one that got
/// lost has no second effect.
/// </summary>
/// <exception cref="StoreAwayException">From every call: the provider is away. Whether the call had its effect is
/// unknown.</exception>
internal sealed class PaymentProvider(SandboxAddress address, PaymentSettings settings) : IDisposable
{
    public const string Name = "payment-provider";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,                                  // the sandbox is beside us
        AllowAutoRedirect = false,                         // an answer from elsewhere is not the provider's
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    })
    {
        Timeout = TimeSpan.FromSeconds(4),    // within what a request of ours may take
        MaxResponseContentBufferSize = 512 * 1024,    // a page of 500 transactions
    };

    /// <param name="returnTo">Where the buyer's browser goes afterwards.</param>
    public async Task<Sandbox.ChargeView> Charge(
        Payment payment, string? returnTo, StartPayment.SandboxOptions? test, CancellationToken cancel)
    {
        test ??= new();
        var asked = new Sandbox.CreateCharge.Request(
            payment.Amount.Minor, payment.Amount.Currency, PublicId.Format("pay", payment.Id),
            PublicId.Format("ord", payment.Order), returnTo is null ? null : $"{await address.Shop(cancel)}{returnTo}",
            test.DelayMs, test.DuplicateWebhooks, test.Decline, test.ReorderWebhooks, test.AnswerDelayMs, test.LoseAnswer);
        return await Post(
            await address.Charges(cancel), PublicId.Format("pay", payment.Id), asked,
            PaymentsJson.Default.CreateChargeRequest, PaymentsJson.Default.ChargeView, cancel)
            ?? throw new InvalidOperationException($"The payment provider refused a charge for payment {payment.Id}.");
    }

    /// <summary>Gives money of a payment back, once for each name; null when the provider refuses, because it has not
    /// that much of it left.</summary>
    public async Task<Sandbox.RefundView?> Refund(Payment payment, string name, long amountMinor, CancellationToken cancel)
    {
        var charges = await address.Charges(cancel);
        return await Post(
            new Uri($"{charges}/{payment.Charge}/refunds"),
            $"{PublicId.Format("ref", payment.Id)}:{Uri.EscapeDataString(name)}",
            new Sandbox.CreateRefund.Request(amountMinor, payment.Amount.Currency, name),
            PaymentsJson.Default.CreateRefundRequest, PaymentsJson.Default.RefundView, cancel);
    }

    /// <summary>What moved at the provider in this time, oldest first: a page of it.</summary>
    public async Task<Sandbox.TransactionPage> Transactions(
        DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancel)
    {
        var where = $"{await address.Transactions(cancel)}?from={from.UtcDateTime:O}&to={to.UtcDateTime:O}"
            + (after is null ? "" : $"&after={after}");
        using var message = new HttpRequestMessage(HttpMethod.Get, where);
        return (await Send(message, PaymentsJson.Default.TransactionPage, cancel))!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer?> Post<TRequest, TAnswer>(
        Uri where, string key, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancel)
        where TAnswer : class
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, where)
        {
            Content = JsonContent.Create(request, requestType),
        };
        message.Headers.Add("Idempotency-Key", key);
        return await Send(message, answerType, cancel);
    }

    /// <summary>Null when the provider refuses on the merits (409).</summary>
    private async Task<TAnswer?> Send<TAnswer>(
        HttpRequestMessage message, JsonTypeInfo<TAnswer> answerType, CancellationToken cancel)
        where TAnswer : class
    {
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await settings.ApiSecret(cancel));
        try
        {
            using var response = await _http.SendAsync(message, cancel);
            if ((int)response.StatusCode >= 500)
                throw new StoreAwayException(Name, new HttpRequestException($"HTTP {(int)response.StatusCode}"));
            if (response.StatusCode == HttpStatusCode.Conflict)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException(
                    $"The payment provider refused {message.RequestUri!.AbsolutePath}: {(int)response.StatusCode}.");
            return await response.Content.ReadFromJsonAsync(answerType, cancel)
                ?? throw new InvalidOperationException("The payment provider answered nothing.");
        }
        catch (HttpRequestException error)
        {
            throw new StoreAwayException(Name, error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new StoreAwayException(Name, error);
        }
    }
}
