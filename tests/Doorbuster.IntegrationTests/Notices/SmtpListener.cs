using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Doorbuster.IntegrationTests.Notices;

/// <summary>A small mail server: takes what comes, refuses one address, and can hold an answer back.</summary>
internal sealed class SmtpListener : IAsyncDisposable
{
    public const string Unwanted = "unwanted@example.test";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _gate;
    private int _waiting;

    public SmtpListener()
    {
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<(string To, string Mail)> Mails { get; } = new();

    /// <summary>How many mails were handed over completely and wait for their answer.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void HoldAnswers() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void AnswerAgain() => Interlocked.Exchange(ref _gate, null)?.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
            _ = Talk(await _listener.AcceptTcpClientAsync(_stop.Token));
    }

    private async Task Talk(TcpClient connection)
    {
        using var _ = connection;
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
        await using var writer = new StreamWriter(connection.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        var to = "";
        try
        {
            await writer.WriteLineAsync("220 test");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "RCPT")
                    to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                if (verb == "DATA")
                    await Take(reader, writer, to);
                else
                    await writer.WriteLineAsync(verb switch
                    {
                        "RCPT" when to == Unwanted => "550 no such mailbox",
                        "QUIT" => "221 bye",
                        _ => "250 fine",
                    });
                if (verb == "QUIT")
                    return;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // They hung up, or we stop.
        }
    }

    private async Task Take(StreamReader reader, StreamWriter writer, string to)
    {
        await writer.WriteLineAsync("354 go on");
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
            mail.Append(line).Append('\n');
        if (_gate is { } gate)
        {
            Interlocked.Increment(ref _waiting);
            await gate.Task.WaitAsync(_stop.Token);
        }
        Mails.Enqueue((to, mail.ToString()));
        await writer.WriteLineAsync("250 taken");
    }
}
