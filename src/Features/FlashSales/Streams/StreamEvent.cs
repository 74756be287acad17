using System.Text;

namespace Doorbuster.FlashSales;

/// <summary>Something told to whoever follows a sale or a ticket; made once for all of them.</summary>
/// <param name="id">Two events with the same id say the same.</param>
/// <param name="json">One line.</param>
internal sealed class StreamEvent(string id, string name, string json, bool isLast)
{
    public string Id => id;

    /// <summary>Nothing can follow.</summary>
    public bool IsLast => isLast;

    /// <summary>As a server-sent event.</summary>
    public byte[] Frame => field ??= Encoding.UTF8.GetBytes($"id: {id}\nevent: {name}\ndata: {json}\n\n");

    /// <summary>As a message of a socket.</summary>
    public byte[] Message => field ??= Encoding.UTF8.GetBytes($$"""{"event":"{{name}}","id":"{{id}}","data":{{json}}}""");
}

/// <summary>One who follows. Dispose ends it.</summary>
internal interface IEventFeed : IDisposable
{
    /// <summary>What was told last, at first how things are.</summary>
    StreamEvent Current { get; }

    /// <summary>What is told next; null when nothing is within the time.</summary>
    Task<StreamEvent?> Next(TimeSpan wait, CancellationToken cancel);
}
