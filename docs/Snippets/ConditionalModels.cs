using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace Snippets;

/// <summary>The code of the page on conditional models.</summary>
public static class ConditionalModels
{
    #region conditional-module
    private sealed class WithClass : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layers;

        public WithClass(string name, nn.Module<Tensor, Tensor> layers)
            : base(name)
        {
            _layers = layers;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor labels)
        {
            using var scope = NewDisposeScope();
            var classes = nn.functional.one_hot(labels, 10).to(input.dtype);
            return _layers.call(cat([input, classes], 1)).MoveToOuterDisposeScope();
        }
    }
    #endregion

    /// <summary>Training with labels, and samples of a class.</summary>
    public static Tensor Train(Tensor images, Tensor labels)
    {
        #region conditional
        using var encoder = new WithClass("encoder", nn.Sequential(nn.Linear(784 + 10, 200), nn.ReLU(), nn.Linear(200, 8)));
        using var decoder = new WithClass("decoder", nn.Sequential(nn.Linear(8 + 10, 200), nn.ReLU(), nn.Linear(200, 784), nn.Sigmoid()));
        var model = new WaeModel(encoder, decoder, new GaussianPrior(8));
        using var trainer = new WaeTrainer(model, new PerClassDivergence(new MmdDivergence()));
        trainer.Fit(new TensorBatcher(images, batchSize: 200, seed: 1).WithLabels(labels), epochs: 10);
        using var sevens = full([16], 7, dtype: ScalarType.Int64);
        var samples = model.SampleFor(sevens);
        #endregion
        return samples;
    }

    /// <summary>Batches of a data set of TorchSharp.</summary>
    public static void Datasets(WaeTrainer trainer, utils.data.Dataset training, utils.data.Dataset test)
    {
        #region conditional-datasets
        var batches = new DatasetBatcher(training, batchSize: 200, seed: 1);
        var options = new FitOptions { LabeledValidation = new DatasetBatcher(test, batchSize: 200, shuffle: false) };
        trainer.Fit(batches, epochs: 10, options);
        #endregion
    }
}
