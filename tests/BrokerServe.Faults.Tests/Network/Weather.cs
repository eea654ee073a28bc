namespace BrokerServe.Faults.Tests.Network;

/// <summary>How frames travel one way.</summary>
/// <param name="Delay">Each frame waits so long before it goes on.</param>
/// <param name="BytesPerSecond">At most so many; 0: any number.</param>
internal sealed record Weather(TimeSpan Delay = default, int BytesPerSecond = 0)
{
    public static readonly Weather Fair = new();

    /// <summary>How long a frame is held up.</summary>
    public TimeSpan HoldUp(int bytes) => BytesPerSecond == 0 ? Delay : Delay + TimeSpan.FromSeconds((double)bytes / BytesPerSecond);
}
