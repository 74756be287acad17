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
        MaxResponseContentBufferSize = 64 * 1024,
    };

    public async Task<Sandbox.ChargeView> Charge(
        Payment payment, StartPayment.SandboxOptions? test, CancellationToken cancel)
    {
        var asked = new Sandbox.CreateCharge.Request(
            payment.Amount.Minor, payment.Amount.Currency, PublicId.Format("pay", payment.Id),
            PublicId.Format("ord", payment.Order), test?.DelayMs ?? 0, test?.DuplicateWebhooks ?? 1,
            test?.Decline ?? false);
        return await Post(
            await address.Charges(cancel), PublicId.Format("pay", payment.Id), asked,
            PaymentsJson.Default.CreateChargeRequest, PaymentsJson.Default.ChargeView, cancel);
    }

    /// <summary>
    /// Gives all of a payment's money back. There is one refund of a payment, so it has the payment's number.
    /// </summary>
    public async Task Refund(Payment payment, CancellationToken cancel)
    {
        var charges = await address.Charges(cancel);
        await Post(
            new Uri($"{charges}/{payment.Charge}/refunds"), PublicId.Format("ref", payment.Id),
            new Sandbox.CreateRefund.Request(payment.Amount.Minor, payment.Amount.Currency),
            PaymentsJson.Default.CreateRefundRequest, PaymentsJson.Default.RefundView, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer> Post<TRequest, TAnswer>(
        Uri where, string key, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, where)
        {
            Content = JsonContent.Create(request, requestType),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await settings.ApiSecret(cancel));
        message.Headers.Add("Idempotency-Key", key);
        try
        {
            using var response = await _http.SendAsync(message, cancel);
            if ((int)response.StatusCode >= 500)
                throw new StoreAwayException(Name, new HttpRequestException($"HTTP {(int)response.StatusCode}"));
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException(
                    $"The payment provider refused {where.AbsolutePath}: {(int)response.StatusCode}.");
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
