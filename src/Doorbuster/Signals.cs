using System.Runtime.InteropServices;
using Doorbuster.Platform.Commands;

namespace Doorbuster;

/// <summary>Ctrl-C, SIGTERM and a closed terminal ask for an orderly end; a second Ctrl-C ends at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Signals() => _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
    ];

    public CancellationToken Stop => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_stop.IsCancellationRequested && signal.Signal == PosixSignal.SIGINT)
            Environment.Exit(ExitCode.Interrupted);
        _stop.Cancel();
    }
}
