using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Doorbuster.Accounts;

internal enum PasswordCheck { Right, RightButWeak, Wrong, Busy }

/// <summary>
/// PBKDF2 costs 135 ms of a core, so a flood of sign-ins would stop the shop. Two threads of their own do all of it, behind a
/// short queue and with a lower claim to the processor than requests have; who finds the queue full is told to come back.
/// </summary>
internal sealed class PasswordHashing(int iterations = PasswordHashing.Iterations) : IDisposable
{
    public const int Iterations = 210_000;
    public const int Threads = 2;
    public const int QueueMax = 20;

    private const int Niceness = 5;    // a third of what a request's thread gets when both want to run

    // The hash of no password. Checking against it takes as long as checking a real one, so that time does not tell
    // which addresses have an account.
    private readonly string _nobodys = HashOfNothing(iterations);

    private readonly PasswordHasher<Account> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
    private readonly BlockingCollection<Action> _work = [];
    private int _inside;
    private int _started;

    /// <summary>Null when busy.</summary>
    public Task<string?> Hash(string password) => Run<string?>(() => _hasher.HashPassword(null!, password), null);

    /// <param name="hash">Null when there is no such account, or it has no password: takes the same time.</param>
    public Task<PasswordCheck> Verify(string? hash, string password) => Run(
        () => _hasher.VerifyHashedPassword(null!, hash ?? _nobodys, password) switch
        {
            PasswordVerificationResult.Success => PasswordCheck.Right,
            PasswordVerificationResult.SuccessRehashNeeded => PasswordCheck.RightButWeak,
            _ => PasswordCheck.Wrong,
        },
        PasswordCheck.Busy);

    public void Dispose()
    {
        _work.CompleteAdding();
        GC.SuppressFinalize(this);
    }

    private Task<T> Run<T>(Func<T> work, T busy)
    {
        if (Interlocked.Increment(ref _inside) > Threads + QueueMax)
        {
            Interlocked.Decrement(ref _inside);
            return Task.FromResult(busy);
        }
        if (Interlocked.Exchange(ref _started, 1) == 0)
            for (var i = 0; i < Threads; i++)
                new Thread(WorkOff) { IsBackground = true, Name = "password-hashing" }.Start();

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // The thread serves others too; the caller gets the exception.
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.SetException(error);
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        });
        return done.Task;
    }

    private void WorkOff()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(0, 0, Niceness);    // of this thread alone, as Linux counts
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    // The hasher's own format, version 3: 1 · PRF (4) · iterations (4) · salt length (4) · salt · subkey.
    private static string HashOfNothing(int iterations)
    {
        var bytes = new byte[13 + 16 + 32];
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), 2);    // HMAC-SHA512
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), 16);
        RandomNumberGenerator.Fill(bytes.AsSpan(13));
        return Convert.ToBase64String(bytes);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);
}
