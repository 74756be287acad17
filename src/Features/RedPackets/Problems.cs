using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.RedPackets;

internal static class Problems
{
    public static readonly Problem Gone = new(StatusCodes.Status409Conflict, "red_packet_gone",
        "All parts of this red packet are gone.");

    public static readonly Problem Grabbed = new(StatusCodes.Status409Conflict, "red_packet_grabbed",
        "You have a part of this red packet already.")
    {
        Advice = "`GET /api/v1/red-packets/{id}` shows it.",
    };

    public static readonly Problem NotOpen = new(StatusCodes.Status409Conflict, "red_packet_not_open",
        "The red packet has not opened yet.", Retryable: true)
    {
        Advice = "Come back at its `opensAt`, by the server's clock (`GET /api/v1/time`).",
    };

    public static readonly Problem Ended = new(StatusCodes.Status409Conflict, "red_packet_ended",
        "The red packet has ended.");

    public static readonly Problem NotYet = new(StatusCodes.Status409Conflict, "red_packet_not_ready",
        "The red packet is still being made.", Retryable: true);

    public static readonly Problem NotCovered = new(StatusCodes.Status409Conflict, "red_packet_not_covered",
        "There is not so much money in your wallet.")
    {
        Advice = "`GET /api/v1/me/wallet` shows what there is. Nothing was taken; the same request may be tried again.",
    };

    // Before the opening thousands ask every second: prepared, exact in the last minute, in minutes for the last hour.
    private static readonly Problem[] NotOpenInSeconds = [.. Enumerable.Range(0, 61).Select(s => NotOpenIn(s))];
    private static readonly Problem[] NotOpenInMinutes = [.. Enumerable.Range(0, 61).Select(m => NotOpenIn(m * 60))];

    public static Problem NotOpenFor(TimeSpan wait) => wait.TotalSeconds <= 60
        ? NotOpenInSeconds[(int)Math.Ceiling(Math.Max(0, wait.TotalSeconds))]
        : NotOpenInMinutes[(int)Math.Min(60, wait.TotalMinutes)];

    private static Problem NotOpenIn(int seconds) => NotOpen with { RetryAfter = TimeSpan.FromSeconds(seconds) };
}
