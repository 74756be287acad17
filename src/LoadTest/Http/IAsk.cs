namespace Doorbuster.LoadTest.Http;

/// <summary>
/// Somebody who asks the server and is told the answer. All calls come from the loop's thread. One object per person and a
/// number for the step they are at, instead of a task per request: a hundred thousand people cost no allocation per step.
/// </summary>
internal interface IAsk
{
    /// <summary>Writes the request of this step; the number of bytes.</summary>
    int Write(int step, Span<byte> request);

    /// <param name="step">As it was given to <see cref="Client.Send"/>.</param>
    /// <param name="intendedAt">When the request should have been sent: latency counts from here.</param>
    /// <param name="response">Gone when the call returns.</param>
    void Answered(int step, long intendedAt, in Response response);

    void Failed(int step, long intendedAt, Failure why);
}

/// <summary>Somebody who wants to be woken later.</summary>
internal interface IWake
{
    /// <param name="step">As it was given to <see cref="Loop.WakeAt"/>.</param>
    /// <param name="dueAt">When it should have been; "now" may be a little later.</param>
    void Wake(int step, long dueAt);
}
