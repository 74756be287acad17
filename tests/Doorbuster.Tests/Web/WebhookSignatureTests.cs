using Doorbuster.Platform.Web;

namespace Doorbuster.Tests.Web;

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

    // Signed by the npm package standardwebhooks 1.1.1.
    [Theory]
    [InlineData(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_06xjmnbj48m00", 1795168800,
        """{"type":"order.paid","timestamp":"2026-11-20T10:00:00Z","data":{"id":"ord_06xjmnbj48m00"}}""",
        "v1,h+NiRNWPp1KvNkj6yOp02TDUQ4IXzkKMj1BTlLgNGzM=")]
    [InlineData(
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_0000000000001", 1, "",
        "v1,1PWoi06IvCDpzH9ojSUWBhzuJDawoe4y3KvEkDSBy2Q=")]
    [InlineData(
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==", "msg_1",
        4102444800, "{\"title\":\"Grüße, 你好 \U0001F389\",\"price\":1250}",
        "v1,u0haHi3h2ATlCPrMAKGJNqnaRP4oK5JIhwBddqWKz0k=")]
    [InlineData(
        "plFFKZpBSMNTVSMJhbZmgA+RVUhlGBhnSXPjjI6Vi6E=", "msg_zzzzzzzzzzzzz", 1795168801, "{\n  \"a\": \"\\u0000\"\n}",
        "v1,gl8L3cXoTmcwiYDbF7IZt3sgY71W74vWr13awu5aWZI=")]
    public void We_sign_as_the_standards_library_does(
        string secret, string id, long seconds, string body, string signature) => Assert.Equal(
            signature,
            WebhookSignature.Sign(
                secret, id, DateTimeOffset.FromUnixTimeSeconds(seconds), System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void While_a_secret_changes_either_proves_what_is_signed_by_both()
    {
        var other = WebhookSignature.NewSecret();
        var both = WebhookSignature.Sign([other, Secret], Id, At, Body);
        foreach (var secret in new[] { Secret, other })
            Assert.Equal(
                WebhookVerdict.Genuine, WebhookSignature.Verify([secret], Id, $"{Seconds}", both, Body, At));
        Assert.Equal(
            WebhookVerdict.WrongSignature,
            WebhookSignature.Verify([WebhookSignature.NewSecret()], Id, $"{Seconds}", both, Body, At));
    }

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
