using Doorbuster.Payments;

namespace Doorbuster.Tests.Payments;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks specification and of its libraries' tests.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Seconds = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(Seconds);

    [Fact]
    public void We_sign_as_the_standards_example_does() =>
        Assert.Equal(Signature, WebhookSignature.Sign(Secret, Id, At, Body));

    [Fact]
    public void What_we_sign_is_genuine() => Assert.Equal(WebhookVerdict.Genuine, Verify());

    [Theory]
    [InlineData(-300, nameof(WebhookVerdict.Genuine))]
    [InlineData(300, nameof(WebhookVerdict.Genuine))]
    [InlineData(-301, nameof(WebhookVerdict.WrongTime))]
    [InlineData(301, nameof(WebhookVerdict.WrongTime))]
    [InlineData(86_400, nameof(WebhookVerdict.WrongTime))]
    public void Its_time_may_be_off_by_five_minutes(int seconds, string verdict) =>
        Assert.Equal(verdict, Verify(now: At.AddSeconds(seconds)).ToString());

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Body.ToArray();
            changed[i] ^= 1;
            Assert.Equal(WebhookVerdict.WrongSignature, Verify(body: changed));
        }
        Assert.Equal(WebhookVerdict.WrongSignature, Verify(body: "{\"test\":2432232314}"u8.ToArray()));
    }

    [Theory]
    [InlineData("msg_other", null, null)]
    [InlineData(null, "1614265331", null)]
    [InlineData(null, null, "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData(null, null, "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(null, null, "v1,g0hM9SsE")]
    [InlineData(null, null, "v1,not base64")]
    [InlineData(null, null, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Another_id_time_or_signature_is_not_genuine(string? id, string? timestamp, string? signature) =>
        Assert.Equal(WebhookVerdict.WrongSignature, Verify(
            id: id ?? Id, timestamp: timestamp ?? "1614265330", signature: signature ?? Signature));

    [Theory]
    [InlineData("", "1614265330", Signature)]
    [InlineData(null, "1614265330", Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, "now", Signature)]
    [InlineData(Id, "-1614265330", Signature)]
    [InlineData(Id, "1614265330.5", Signature)]
    [InlineData(Id, "99999999999999999999", Signature)]
    [InlineData(Id, "1614265330", null)]
    [InlineData(Id, "1614265330", "")]
    public void Missing_and_malformed_headers_are_called_that(string? id, string? timestamp, string? signature) =>
        Assert.Equal(
            WebhookVerdict.HeadersMissing,
            WebhookSignature.Verify([Secret], id, timestamp, signature, Body, At));

    [Fact]
    public void A_time_far_in_the_future_overflows_nothing() =>
        Assert.Equal(WebhookVerdict.WrongTime, Verify(
            timestamp: long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void While_secrets_change_both_are_good_and_any_of_several_signatures_counts()
    {
        var other = WebhookSignature.NewSecret();
        var both = $"{WebhookSignature.Sign(other, Id, At, Body)} {Signature}";

        Assert.Equal(WebhookVerdict.Genuine, Verify(secrets: [other, Secret]));
        Assert.Equal(WebhookVerdict.Genuine, Verify(signature: both));
        Assert.Equal(WebhookVerdict.WrongSignature, Verify(secrets: [other]));
    }

    [Fact]
    public void A_flood_of_signatures_is_not_all_read() =>
        Assert.Equal(
            WebhookVerdict.WrongSignature,
            Verify(signature: string.Join(' ', Enumerable.Repeat("v1,AAAA", 5_000).Append(Signature))));

    [Fact]
    public void A_secret_is_new_each_time_and_long_enough()
    {
        var secret = WebhookSignature.NewSecret();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64);
        Assert.NotEqual(secret, WebhookSignature.NewSecret());
    }

    private static WebhookVerdict Verify(
        string[]? secrets = null, string id = Id, string timestamp = "1614265330", string signature = Signature,
        byte[]? body = null, DateTimeOffset? now = null) =>
        WebhookSignature.Verify(secrets ?? [Secret], id, timestamp, signature, body ?? Body, now ?? At);
}
