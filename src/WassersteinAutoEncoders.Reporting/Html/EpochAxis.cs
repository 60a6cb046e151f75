using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Html;

/// <summary>Steps as epochs, so that curves over steps and pictures over epochs share an axis; steps themselves until an epoch is over.</summary>
internal sealed class EpochAxis(IReadOnlyList<EpochEnd> ends)
{
    public string Label => ends.Count > 1 ? "epoch" : "step";

    public double Map(long step)
    {
        if (ends.Count < 2)
        {
            return step;
        }

        var i = 1;
        while (i < ends.Count - 1 && ends[i].Step < step)
        {
            i++;
        }

        var (from, to) = (ends[i - 1], ends[i]);
        return from.Epoch + (to.Epoch - from.Epoch) * (step - from.Step) / (double)Math.Max(1, to.Step - from.Step);
    }
}
