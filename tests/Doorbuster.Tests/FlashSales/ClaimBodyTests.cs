using System.Buffers;
using System.Text;
using System.Text.Json;
using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;

namespace Doorbuster.Tests.FlashSales;

public sealed class ClaimBodyTests
{
    [Theory]
    [InlineData("""{"quantity":1}""", 1)]
    [InlineData(""" { "quantity" : 12 } """, 12)]
    [InlineData("""{"quantity":1000000}""", 1_000_000)]
    public void A_quantity_is_read(string body, int quantity)
    {
        Assert.Null(ClaimBody.TryRead(Bytes(body), out var read));
        Assert.Equal(quantity, read);
    }

    [Fact]
    public void A_body_that_arrives_in_pieces_is_read()
    {
        var (first, last) = (new Piece("""{"quan"""u8.ToArray(), 0), new Piece("""tity":7}"""u8.ToArray(), 6));
        first.Join(last);

        Assert.Null(ClaimBody.TryRead(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), out var read));
        Assert.Equal(7, read);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("1", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"quantity":1""", "body")]
    [InlineData("""{"quantity":1}x""", "body")]
    [InlineData("""{"quantity":1}{"quantity":1}""", "body")]
    [InlineData("""{"quantity":1,}""", "body")]
    [InlineData("""{'quantity':1}""", "body")]
    [InlineData("{}", "quantity")]
    [InlineData("""{"quantity":0}""", "quantity")]
    [InlineData("""{"quantity":-1}""", "quantity")]
    [InlineData("""{"quantity":1.5}""", "quantity")]
    [InlineData("""{"quantity":"1"}""", "quantity")]
    [InlineData("""{"quantity":null}""", "quantity")]
    [InlineData("""{"quantity":{"quantity":1}}""", "quantity")]
    [InlineData("""{"quantity":99999999999}""", "quantity")]
    [InlineData("""{"quantity":1,"quantity":1}""", "quantity")]
    [InlineData("""{"quantity":1,"price":0}""", "price")]
    [InlineData("""{"Quantity":1}""", "Quantity")]
    public void Anything_else_is_refused_and_the_field_named(string body, string field)
    {
        var problem = ClaimBody.TryRead(Bytes(body), out _);

        Assert.NotNull(problem);
        Assert.Equal((400, "invalid_request"), (problem.Status, problem.Code));
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public void A_handwritten_answer_is_what_the_serializer_would_have_said()
    {
        var claim = new ClaimView(
            4711, 1, 2, 3, ClaimState.Held, 1234, new(2026, 11, 20, 12, 15, 0, 5, TimeSpan.Zero), default);
        Span<byte> body = stackalloc byte[256];

        var length = ClaimAnswers.WriteClaimed(body, claim);
        var read = JsonSerializer.Deserialize(body[..length], FlashSalesJson.Default.ClaimAnswer)!;

        var payBy = claim.Deadline!.Value.UtcDateTime;
        Assert.Equal(
            new ClaimUnits.ClaimResponse(
                PublicId.Format("clm", 4711), PublicId.Format("ord", 4711), 3, 1234, "held", payBy),
            read.Claim);
    }

    [Fact]
    public void The_longest_answers_fit_their_buffer()
    {
        var claim = new ClaimView(
            long.MaxValue, long.MaxValue, long.MaxValue, int.MaxValue, ClaimState.Held, long.MaxValue,
            DateTimeOffset.MaxValue, default);
        Span<byte> body = stackalloc byte[256];

        Assert.InRange(ClaimAnswers.WriteClaimed(body, claim), 1, 256);
        Assert.InRange(ClaimAnswers.WriteQueued(body, long.MaxValue), 1, 256);
    }

    [Fact]
    public void A_repeated_claim_gets_the_same_bytes_after_it_was_paid()
    {
        var held = new ClaimView(1, 1, 1, 1, ClaimState.Held, 1, DateTimeOffset.UnixEpoch, default);
        var (first, again) = (new byte[256], new byte[256]);

        ClaimAnswers.WriteClaimed(first, held);
        ClaimAnswers.WriteClaimed(again, held with { State = ClaimState.Kept });

        Assert.Equal(first, again);
    }

    [Fact]
    public void A_claim_without_a_hold_is_kept_at_once()
    {
        Span<byte> body = stackalloc byte[256];
        var claim = new ClaimView(1, 1, 1, 1, ClaimState.Kept, 1, Deadline: null, default);
        var length = ClaimAnswers.WriteClaimed(body, claim);

        Assert.EndsWith("""
            "state":"kept","payBy":null}}
            """, Encoding.UTF8.GetString(body[..length]), StringComparison.Ordinal);
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long at) => (Memory, RunningIndex) = (bytes, at);

        public void Join(Piece next) => Next = next;
    }
}
