using Microsoft.Extensions.Logging;

namespace Doorbuster.RedPackets;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Red packet {Packet} of {Parts} parts: {State}")]
    public static partial void PacketSent(this ILogger log, string packet, int parts, PacketState state);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Red packet {Packet} ended: {Granted} of {Parts} parts grabbed, {Refunded} minor units refunded")]
    public static partial void PacketEnded(this ILogger log, string packet, long granted, int parts, long refunded);

    [LoggerMessage(Level = LogLevel.Information, Message = "Red packet {Packet} is ended early by {By}")]
    public static partial void PacketClosedEarly(this ILogger log, string packet, long? by);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Red packet {Packet} waits for a store: {Why}")]
    public static partial void PacketWaits(this ILogger log, string packet, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Red packet {Packet} cannot go on")]
    public static partial void PacketStuck(this ILogger log, Exception error, long packet);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Red packets cannot be looked after: {Error}")]
    public static partial void PacketsNotRead(this ILogger log, string error);
}
