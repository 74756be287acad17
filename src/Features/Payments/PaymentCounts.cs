using System.Diagnostics.Metrics;

namespace Doorbuster.Payments;

/// <summary>What became of payments, as it is committed.</summary>
internal sealed class PaymentCounts
{
    private readonly Counter<long> _steps;

    public PaymentCounts(IMeterFactory meters) => _steps = meters.Create("Doorbuster.Payments").CreateCounter<long>(
        "doorbuster.payments.steps", "{payment}", "Payments that entered a state, by state.");

    /// <param name="news">Of the provider, as in <see cref="WebhookEvent.Type"/>.</param>
    public void Entered(string news) => _steps.Add(
        1, new KeyValuePair<string, object?>("state", news[(news.IndexOf('.', StringComparison.Ordinal) + 1)..]));
}
