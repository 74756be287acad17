using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Doorbuster.Platform.Commands;

/// <summary>Data goes to standard output, words about progress and failure to standard error.</summary>
public sealed class Output(bool json)
{
    public bool IsJson => json;

    /// <summary>One JSON document when <c>--json</c> is given, else the lines for people.</summary>
    public void Write<T>(T data, JsonTypeInfo<T> type, params IEnumerable<string> lines)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(data, type));
        else
            foreach (var line in lines)
                Console.Out.WriteLine(line);
    }

#pragma warning disable CA1822 // An instance, so that commands say what they need.
    /// <summary>What is going on, for people.</summary>
    public void Note(string line) => Console.Error.WriteLine(line);

    /// <summary>What happened, why, and what to do next; returns the exit code.</summary>
    public int Fail(int code, string what)
    {
        Console.Error.WriteLine(what);
        return code;
    }
#pragma warning restore CA1822
}
