"""Finding what ships: by its title, by what people call it, by the idea in other words, by a question."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.database import Database
from app.pagination import PAGE_SIZE
from app.papers.models import Paper
from app.search.following import open_index
from app.search.query import Request, search
from app.settings import Settings
from app.summaries.models import Summary
from app.summaries.queries import iter_documents

NICKNAMES = {
    "transformer": "attention-is-all-you-need",
    "Inception": "rethinking-the-inception-architecture",
    "Inception v3": "rethinking-the-inception-architecture",
    "label smoothing": "rethinking-the-inception-architecture",
    "SHAP": "shap",
    "LIME": "lime",
    "LARS": "large-batch-training-lars",
    "super-convergence": "disciplined-approach-to-hyper-parameters",
    "1cycle": "disciplined-approach-to-hyper-parameters",
    "triangular learning rate": "cyclical-learning-rates",
    "CLR": "cyclical-learning-rates",
    "He initialisation": "delving-deep-into-rectifiers",
    "PReLU": "delving-deep-into-rectifiers",
    "Kaiming initialisation": "delving-deep-into-rectifiers",
    "CLIP": "clip",
    "Dropout": "dropout",
    "SASRec": "sasrec",
    "DeepFM": "deepfm",
    "TCAV": "tcav",
    "two-tower": "recommendation-algorithms",
    "ResNet": "resnet",
    "ResNet-50": "resnet",
    "word2vec": "word2vec",
    "skip-gram": "word2vec",
    "CBOW": "word2vec",
    "GPT-3": "gpt-3",
    "GPT-2": "gpt-2",
    "BERT": "bert",
    "RoBERTa": "roberta",
    "ALBERT": "albert",
    "T5": "t5",
    "BigBird": "big-bird",
    "Switch": "switch-transformers",
    "mixture of experts": "switch-transformers",
    "RLHF": "instructgpt",
    "InstructGPT": "instructgpt",
    "LoRA": "lora",
    "Chinchilla": "chinchilla",
    "FedAvg": "federated-averaging",
    "FedProx": "fedprox",
    "SCAFFOLD": "scaffold",
    "MAML": "maml",
    "Reptile": "reptile",
    "ProtoNet": "prototypical-networks",
    "GCN": "gcn",
    "GAT": "gat",
    "MPNN": "message-passing-neural-networks",
    "wav2vec": "wav2vec-2",
    "Whisper": "whisper",
    "DARTS": "darts",
    "ENAS": "enas",
    "AmoebaNet": "regularized-evolution",
    "PPO": "ppo",
    "TRPO": "trpo-and-ppo",
    "DQN": "dqn",
    "AlphaGo": "alphago-zero",
    "SimCLR": "simclr",
    "MoCo": "moco",
    "MAE": "mae",
    "DINO": "dino",
    "N-BEATS": "n-beats",
    "TFT": "temporal-fusion-transformer",
    "DANN": "domain-adversarial-training",
    "MixMatch": "mixmatch",
    "FixMatch": "fixmatch",
    "ViT": "vit",
    "Flamingo": "flamingo",
    "GAN": "gan",
    "VAE": "vae",
    "DDPM": "ddpm",
    "seq2seq": "seq2seq",
    "FFM": "field-aware-factorization-machines",
    "DCN": "deep-and-cross-network",
    "DIN": "deep-interest-network",
    "NeuMF": "neural-collaborative-filtering",
    "NGCF": "neural-graph-collaborative-filtering",
    "EfficientNet": "efficientnet",
    "Conformer": "conformer",
    "WaveNet": "wavenet",
    "DeepAR": "deepar",
    "Informer": "informer",
    "MADE": "autoregressive-autoencoders",
    "deconvnet": "visualizing-convolutional-networks",
    "dark knowledge": "distillation-hinton",
    "knowledge distillation": "distillation-hinton",
    "FGSM": "adversarial-examples",
    "PGD adversarial training": "defences-against-adversarial-examples",
    "Bradley-Terry": "building-a-table-tennis-ranking-model",
    "NCF": "neural-collaborative-filtering",
    "AlphaZero": "alphago-zero",
    "Hessian-free": "hessian-vector-products",
    "beta-VAE": "representation-learning-in-vaes-part-2",
    "posterior collapse": "representation-learning-in-vaes-part-1",
    "GraphSAGE": "gat",
    "1706.03762": "attention-is-all-you-need",
    "author:kingma adam": "adam",
}
IDEAS = {
    "thinned networks": "dropout",
    "explain one prediction with a local linear model": "lime",
    "share the winnings of a game among its players": "shap",
    "residual shortcut connections let very deep networks train": "resnet",
    "randomly switch off units while training": "dropout",
    "learn word vectors by predicting neighbouring words": "word2vec",
    "predict the noise that was added to an image": "ddpm",
    "reverse a gradual noising process": "diffusion-thermodynamics",
    "match pictures and captions with a contrastive loss": "clip",
    "cut an image into patches and treat them as words": "vit",
    "students learn from soft probabilities of a teacher": "distillation-hinton",
    "low-rank update of frozen weights": "lora",
    "examples in the prompt, no gradient step": "gpt-3",
    "twenty tokens for each parameter": "chinchilla",
    "human rankings train a reward model": "instructgpt",
    "comparisons of pairs of clips teach a robot": "deep-rl-from-human-preferences",
    "routing each token to one expert": "switch-transformers",
    "sparse attention for long documents": "big-bird",
    "sharing weights across layers": "albert",
    "train on phones, leave the data there": "federated-averaging",
    "masks that cancel so the server sees only the sum": "federated-secure-aggregation",
    "control variates against client drift": "scaffold",
    "an initialisation from which one gradient step suffices": "maml",
    "classify by distance to the mean of the class": "prototypical-networks",
    "attention over neighbours in a graph": "gat",
    "networks for molecules": "message-passing-neural-networks",
    "search for architectures with reinforcement learning": "nas-with-reinforcement-learning",
    "remove the oldest individual from the population": "regularized-evolution",
    "clip the ratio of new and old policy": "ppo",
    "replay memory and a target network": "dqn",
    "self-play with tree search and no human games": "alphago-zero",
    "queue of negatives with a momentum encoder": "moco",
    "pseudo-labels only where the model is confident": "fixmatch",
    "average the weights of the student to make the teacher": "mean-teacher",
    "features that cannot tell the domains apart": "domain-adversarial-training",
    "networks can memorise random labels": "rethinking-generalization",
    "test error falls again beyond the interpolation threshold": "double-descent",
    "randomise the weights and look whether the saliency map changes": "sanity-checks-for-saliency-maps",
    "gender bias in word embeddings": "debiasing-word-embeddings",
    "quantile forecasts for many related time series": "deepar",
    "generate raw audio sample by sample": "wavenet",
    "speech recognition with ten minutes of labels": "wav2vec-2",
    "memorisation and generalisation for app recommendations": "wide-and-deep",
    "pairwise interactions in linear time": "factorization-machines",
    "scale depth, width and resolution together": "efficientnet",
    "warm-up and layer-wise learning rate for huge batches": "large-batch-training-lars",
    "path integral of gradients from a baseline": "integrated-gradients",
    "reward hacking and side effects": "concrete-problems-in-ai-safety",
    "attackers with machine learning": "malicious-use-of-ai",
    "masked autoencoder for images, only visible patches are encoded": "mae",
}
QUESTIONS = {
    "what is LoRA's point": "lora",
    "how does attention work?": "transformer-in-pieces-part-1",
    "why does Adam not converge": "adam",
    "who invented dropout": "dropout",
    "papers about scaling laws": "chinchilla",
    "What’s the difference between TRPO and PPO?": "trpo-and-ppo",
    "why do neural networks get fooled by tiny changes to an image?": "adversarial-examples",
    "how can I fine-tune a big model on one GPU?": "lora",
    "how much data should I train a language model on?": "chinchilla",
    "can you explain how diffusion models generate images": "diffusion-from-the-ground-up",
    "what does the temperature do in distillation?": "distillation-hinton",
    "is there a way to train on phones without collecting the data?": "federated-averaging",
    "why do deeper networks get worse, and how do skip connections help?": "resnet",
    "what is the reparameterisation trick?": "vae",
    "how do GANs learn without a likelihood?": "gan",
    "why does double descent happen?": "double-descent",
    "do saliency maps actually depend on the model's weights?": "sanity-checks-for-saliency-maps",
    "how should I pick a learning rate?": "cyclical-learning-rates",
    "What is BERT's pre-training objective?": "bert",
    "what was wrong with BERT's training according to RoBERTa?": "roberta",
    "who came up with word2vec?": "word2vec",
    "how did AlphaGo Zero learn without human games?": "alphago-zero",
    "which papers use Shapley values to explain predictions?": "shap",
    "how can a server sum updates without seeing any of them?": "federated-secure-aggregation",
    "why is softmax attention slow for long documents and what can be done about it": "big-bird",
    "how are images turned into tokens for a transformer?": "vit",
    "can a language model learn a task from a few examples in the prompt?": "gpt-3",
    "how do you train a model from human preferences instead of a reward function?": "deep-rl-from-human-preferences",
    "What makes InstructGPT's answers better than GPT-3's?": "instructgpt",
    "how does MAML's outer loop work": "maml",
    "when is one labelled example per class enough?": "prototypical-networks",
    "how do I compute a Hessian-vector product?": "hessian-vector-products",
    "what should I read about graph neural networks?": "message-passing-neural-networks",
    "why does batch size hurt generalisation with large batches?": "large-batch-training-lars",
    "how do I forecast sales of many products at once?": "deepar",
    "are word embeddings sexist?": "debiasing-word-embeddings",
    "what are the dangers of AI in the hands of criminals?": "malicious-use-of-ai",
    "how was Whisper trained?": "whisper",
    "can a network fit random labels?": "rethinking-generalization",
    "what do the filters of a convolutional network see?": "visualizing-convolutional-networks",
    "how does label smoothing help?": "rethinking-the-inception-architecture",
    "which recommender should I use for implicit feedback?": "recommendation-algorithms",
    "why would an agent cheat on its reward?": "concrete-problems-in-ai-safety",
    "does Flamingo's language model stay frozen?": "flamingo",
    "how do mixture-of-experts models scale to a trillion parameters?": "switch-transformers",
    "what's the role of momentum in contrastive learning?": "moco",
    "how do I initialise weights when using ReLU?": "delving-deep-into-rectifiers",
    "tell me about speech recognition with little transcribed audio": "wav2vec-2",
    "how does BERT work?": "bert",
    "why do people warm up the learning rate at the start of training?": "transformer-in-pieces-part-2",
    "what does self-supervised learning on images without negatives look like?": "dino",
    "how many negatives does contrastive learning need?": "simclr",
    "who proposed factorization machines?": "factorization-machines",
    "why are VAEs blurry or why do they ignore the latent code": "representation-learning-in-vaes-part-1",
    "what is disentanglement and can it be learned without supervision?": "representation-learning-in-vaes-part-2",
    "how can I explain a classifier's prediction to a doctor?": "lime",
    "can I trust saliency maps?": "unreliability-of-saliency-methods",
    "how does a Transformer know the order of words?": "transformer-in-pieces-part-2",
    "do I need reinforcement learning to search for an architecture?": "darts",
    "is Adam better than SGD?": "adam",
    "how do I choose weight decay and momentum?": "disciplined-approach-to-hyper-parameters",
    "what happens when clients' data differ in federated learning?": "fedprox",
    "why does federated averaging drift?": "scaffold",
    "how is PPO simpler than TRPO?": "ppo",
    "how did DeepMind play Atari games from pixels?": "dqn",
    "which attacks do defences against adversarial examples really survive?": "defences-against-adversarial-examples",
    "how can translation be done with one network that reads and then writes?": "seq2seq",
    "what can we learn about intelligence from children?": "machines-that-learn-and-think-like-people",
    "explain conditional density estimation by masking an autoencoder": "autoregressive-autoencoders",
    "how do click-through rate models use a user's past behaviour?": "deep-interest-network",
    "what is cross feature in ad click prediction": "deep-and-cross-network",
    "could a transformer recommend the next item?": "sasrec",
    "how do I serve transformers fast with variable-length requests?": "turbotransformers",
    "what if I have only a few labels and lots of unlabelled images?": "fixmatch",
    "how do I adapt a model to a new domain without labels there?": "domain-adversarial-training",
    "how can a model read captions to classify images it never saw labels for?": "clip",
    "why mask 75 % of an image?": "mae",
    "what is T5's text-to-text idea?": "t5",
    "does GPT-2 need fine-tuning to do a task?": "gpt-2",
    "what is guaranteed when the loss is not convex?": "first-order-methods-for-non-convex-problems",
    "which concept did the network use, stripes or something else?": "tcav",
    "how can one get interpretable forecasts with known future inputs?": "temporal-fusion-transformer",
    "what does a spectral convolution on a graph mean?": "two-convolutions-for-graphs",
    "why is modelling not the hard part of machine learning?": "the-hard-thing-about-machine-learning",
    "how should a matrix factorisation be replaced by a neural network": "neural-collaborative-filtering",
    "how does WaveNet see a long past?": "wavenet",
}


@pytest.fixture(scope="module")
def first_page(loaded: tuple[Settings, Database]) -> Callable[[str], list[str]]:
    """Give the slugs on the first page of a query's results."""
    settings, database = loaded
    index = open_index(settings)
    with database.reading() as session:
        slugs = dict(row for row in session.execute(select(Summary.id, Summary.slug)))
    return lambda query: [slugs[id_] for id_ in search(index, query, Request(limit=PAGE_SIZE, with_snippets=False)).ids]


def test_every_summary_comes_first_for_its_own_title(loaded: tuple[Settings, Database], first_page) -> None:
    with loaded[1].reading() as session:
        titles = {document.slug: document.title for document in iter_documents(session)}
    assert len(titles) > 100
    assert {slug: title for slug, title in titles.items() if first_page(title)[:1] != [slug]} == {}


def test_every_paper_summarised_comes_first_for_the_papers_title(loaded, first_page) -> None:
    about: dict[str, set[str]] = {}
    with loaded[1].reading() as session:
        titles = dict(row for row in session.execute(select(Paper.key, Paper.title)))
        for document in iter_documents(session):
            if document.kind == "paper-summary":
                about.setdefault(titles[document.papers[0]], set()).add(document.slug)
    assert len(about) > 85
    wrong = {
        title: first_page(title)[:3] for title, slugs in about.items() if {*first_page(title)[: len(slugs)]} != slugs
    }
    assert wrong == {}


@pytest.mark.parametrize(("query", "slug"), NICKNAMES.items())
def test_a_nickname_finds_its_paper_on_the_first_page(first_page, query: str, slug: str) -> None:
    assert slug in first_page(query)


@pytest.mark.parametrize(("query", "slug"), IDEAS.items())
def test_an_idea_in_other_words_finds_its_paper_on_the_first_page(first_page, query: str, slug: str) -> None:
    assert slug in first_page(query)


@pytest.mark.parametrize(("query", "slug"), QUESTIONS.items())
def test_a_question_finds_what_it_is_about_on_the_first_page(first_page, query: str, slug: str) -> None:
    assert slug in first_page(query)
