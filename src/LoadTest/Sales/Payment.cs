using System.Text;
using Doorbuster.LoadTest.Http;
using Doorbuster.Platform;

namespace Doorbuster.LoadTest.Sales;

/// <summary>A person pays for what they hold: asks the shop for a payment, then approves it at the sandbox provider.</summary>
internal sealed class Payment(Crowd crowd, Buyer buyer, long claim) : IAsk, IWake
{
    private const int KeyNumber = 1000;    // Past every intent's.

    private string _approvePath = "";
    private long _giveUpAt;
    private int _attempts;

    private enum Step { Create, Approve }

    public void Begin(long now)
    {
        var at = crowd.DrawPayAt(now);
        _giveUpAt = at + crowd.Patience;
        crowd.Loop.WakeAt(at, this, (int)Step.Create);
    }

    public int Write(int step, Span<byte> request)
    {
        if ((Step)step == Step.Approve)
            return Requests.Finish(
                request, crowd.Requests.Head(request, "POST", _approvePath, bodyLength: 0), crowd.Tokens[buyer.Index], key: [], body: []);

        Span<byte> key = stackalloc byte[48];
        var count = crowd.Requests.Head(request, "POST", $"/api/v1/orders/{PublicId.Format("ord", claim)}/payments", bodyLength: 2);
        return Requests.Finish(request, count, crowd.Tokens[buyer.Index], crowd.WriteKey(key, buyer.Index, KeyNumber), "{}"u8);
    }

    public void Wake(int step, long dueAt) => crowd.Payments.Send(this, step, dueAt);

    public void Answered(int step, long intendedAt, in Response response)
    {
        var now = crowd.Loop.Now;
        crowd.Tally.Answered(response.Status, response.Code);
        (step == (int)Step.Create ? crowd.Tally.Payments : crowd.Tally.Approvals).Record(now - intendedAt);

        // An order is not written yet: the payment may be a moment early.
        if (response.Status is 404 or 429 or >= 500)
            Retry(step, response.RetryAfter, now);
        else if (response.Status >= 400 || (Step)step == Step.Create && !ReadPayUrl(response.Body))
        {
            crowd.Tally.PaymentsRefused++;
            buyer.Done();
        }
        else if ((Step)step == Step.Create)
            crowd.Payments.Send(this, (int)Step.Approve, now);
        else
        {
            crowd.Approved(claim);
            buyer.Done();
        }
    }

    public void Failed(int step, long intendedAt, Failure why)
    {
        crowd.Tally.Failed(why);
        Retry(step, retryAfter: -1, crowd.Loop.Now);
    }

    private bool ReadPayUrl(ReadOnlySpan<byte> body)
    {
        var url = JsonPeek.Text(body, "payUrl"u8);
        if (url.IsEmpty || !Uri.TryCreate(new Uri("http://shop"), Encoding.UTF8.GetString(url), out var address))
            return false;
        _approvePath = address.AbsolutePath.TrimEnd('/') + "/approve";
        return true;
    }

    private void Retry(int step, int retryAfter, long now)
    {
        if (crowd.Insists(_giveUpAt, now))
            crowd.Loop.WakeAt(now + crowd.DrawBackoff(_attempts++, retryAfter), this, step);
        else
        {
            crowd.Tally.PaymentsUnanswered++;
            buyer.Done();
        }
    }
}
